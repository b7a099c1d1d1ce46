// Keeps the kiosk's page for when there is no network. Answers are kept by the page itself (kiosk.js).
const KEPT = "cx-kiosk-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.method !== "GET" || request.mode !== "navigate") return;
  const fresh = fetch(request).then((response) => {
    // Closed and unknown kiosks are shown, and not kept: a device that is offline goes on with what it had.
    if (!response.ok) return response;
    const copy = response.clone();
    event.waitUntil(caches.open(KEPT).then((cache) => cache.put(request, copy)));
    return response;
  });
  event.respondWith(fresh.catch(() => caches.match(request, { ignoreSearch: true, ignoreVary: true }).then((kept) => kept || Response.error())));
});
