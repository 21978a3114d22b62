// A toast stays until it is dismissed, or goes by itself when it only confirms something and nobody points at it.
const LIFETIME_MS = 6000;

export function toasts(root) {
  for (const toast of root.querySelectorAll(".toast:not([data-armed])")) {
    toast.dataset.armed = "";
    toast.querySelector("button").addEventListener("click", () => toast.remove());
    if (toast.classList.contains("toast-bad")) continue;
    const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, LIFETIME_MS) : toast.remove());
    setTimeout(leave, LIFETIME_MS);
  }
}
