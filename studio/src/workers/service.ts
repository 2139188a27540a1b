/** The studio without a network, after the first visit; and its headers, where the server has none. */
const self_ = self as unknown as ServiceWorkerGlobalScope;

interface ServiceWorkerGlobalScope {
  registration: { scope: string };
  clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", listener: (event: Lasting) => void): void;
  addEventListener(type: "fetch", listener: (event: Lasting & Fetched) => void): void;
  addEventListener(type: "message", listener: (event: Lasting & { data: unknown }) => void): void;
}
interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetched {
  request: globalThis.Request;
  respondWith(response: Promise<Response>): void;
}

const KEPT = `sladsl-studio-${VERSION}`;
/** What the page itself is, small: kept at once. The rest is kept when it is fetched, and at last when the page says that it is ready. */
const SHELL = FILES.filter((file) => !/^(pyodide|python)\//.test(file));

const addressOf = (file: string): string => new URL(file === "index.html" ? "./" : file, self_.registration.scope).href;

self_.addEventListener("install", (event) => {
  event.waitUntil(keep(SHELL));
});

self_.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("sladsl-studio-") && name !== KEPT) await caches.delete(name);
      }
      await self_.clients.claim();
    })(),
  );
});

self_.addEventListener("message", (event) => {
  if (event.data === "keep all") event.waitUntil(keep(FILES));
});

self_.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || !url.href.startsWith(self_.registration.scope)) return;
  event.respondWith(answered(url));
});

async function keep(files: string[]): Promise<void> {
  const cache = await caches.open(KEPT);
  await Promise.all(
    files.map(async (file) => {
      if ((await cache.match(addressOf(file))) === undefined) await answered(new URL(addressOf(file)));
    }),
  );
}

async function answered(url: URL): Promise<Response> {
  url.hash = "";
  url.search = "";
  if (url.href === addressOf("index.html") + "index.html") url.pathname = url.pathname.replace(/index\.html$/, "");
  const cache = await caches.open(KEPT);
  const kept = await cache.match(url.href);
  if (kept !== undefined) return kept;
  const response = await fetch(url.href, { cache: "no-cache" });
  if (!response.ok || response.redirected) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  const own = new Response(response.body, { status: response.status, statusText: response.statusText, headers });
  await cache.put(url.href, own.clone());
  return own;
}
