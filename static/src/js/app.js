// What every page runs. Each module enhances markup that works without it.
import "htmx.org";
import { closeMenusOutside } from "./menus.js";
import { copyButtons } from "./copy.js";
import { localTimes } from "./times.js";
import { toasts } from "./toasts.js";
import { tidyAddress } from "./address.js";

const enhance = () => {
  localTimes(document);
  toasts(document);
};

closeMenusOutside(document);
copyButtons(document);
tidyAddress(window);
enhance();
document.addEventListener("htmx:after:swap", enhance);
