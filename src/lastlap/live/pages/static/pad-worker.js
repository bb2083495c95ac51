// Lets the judges' pad open while the network is away: the page and its files only, never what the server says of a race.
//
// Whatever can be had from the network is taken from there, so nothing kept is ever shown in place of something newer.

const STORE = "lastlap-pad";
const PATIENCE = 2500; // ms
const FILES = [
  "look.css", "office.css", "pad.css", "pad.js", "clocks.js", "lists.js", "live.js", "order.js", "pieces.js",
  "queue.js", "queue_bar.js", "riding.js", "says.js", "session.js", "words.js", "icon.svg", "manifest.webmanifest",
].map((name) => `/static/${name}`);

addEventListener("install", (event) => {
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(FILES.map((file) => new Request(file, { cache: "reload" })))).then(() => skipWaiting()));
});

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/pad/") || FILES.includes(pathname)) event.respondWith(fresh(event.request));
});

async function fresh(request) {
  const store = await caches.open(STORE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok && !answer.redirected) await store.put(request, answer.clone());
    return answer;
  } catch {
    return (await store.match(request, { ignoreSearch: true })) ?? (await anyPad(store, request)) ?? Response.error();
  }
}

/** The pad's page is the same for every race. */
async function anyPad(store, request) {
  if (!new URL(request.url).pathname.startsWith("/pad/")) return undefined;
  const pads = (await store.keys()).filter(({ url }) => new URL(url).pathname.startsWith("/pad/"));
  return pads.length ? store.match(pads[0]) : undefined;
}
