// "?done=..." made the server show a toast once; a reload or a bookmark should not show it again.
export function tidyAddress({ location, history }) {
  const address = new URL(location.href);
  if (!address.searchParams.has("done")) return;
  address.searchParams.delete("done");
  history.replaceState(history.state, "", address);
}
