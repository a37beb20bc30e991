// Keeps one page for when there is no connection, and nothing else: what customers wrote never lies in a browser's store.
const SHELL = 'lanka-shell-1';
self.addEventListener('install', (event) => event.waitUntil(caches.open(SHELL).then((cache) => cache.add('OFFLINE_PAGE')).then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(
  caches.keys().then((names) => Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)))).then(() => self.clients.claim())));
self.addEventListener('fetch', (event) => {
  if (event.request.mode === 'navigate') event.respondWith(fetch(event.request).catch(() => caches.match('OFFLINE_PAGE')));
});
