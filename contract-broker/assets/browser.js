// An address of old links names the path behind '#', which the broker does not see: hand it over.
function follow() {
  const path = decodeURI(location.hash.slice(1));
  if (path.startsWith("/")) location.replace("?path=" + encodeURIComponent(path));
}
addEventListener("hashchange", follow);
follow();
