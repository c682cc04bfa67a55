/**
 * Keeps the till's files, so that its page loads while nobody answers. The build fills in `files`, what
 * the page loads, and `version`, which differs with what is in them and the page. Of the service nothing is kept: what it
 * said may have changed.
 */
const kept = `till-${version}`
const addressOf = (file) => new URL(file, self.location).href
const page = addressOf('./')

self.addEventListener('install', (event) => event.waitUntil(keep()))
self.addEventListener('activate', (event) => event.waitUntil(forgetOthers()))
self.addEventListener('fetch', (event) => {
  const { request } = event
  const address = request.url.split(/[?#]/)[0]
  if (request.method !== 'GET') return
  if (address === page || address === addressOf('index.html')) event.respondWith(newest(request))
  else if (files.some((file) => addressOf(file) === address)) event.respondWith(fromHere(request))
})

/** All of one build or nothing: while a new build is put in place, the page may be of another one. */
async function keep() {
  const cache = await caches.open(kept)
  await cache.addAll([page, ...files].map((file) => new Request(file, { cache: 'no-cache' })))
  const text = await (await cache.match(page)).text()
  if (!files.every((file) => text.includes(`"${file}"`))) throw new Error('the page is of another build')
  // A page that is open has all its scripts already, so nothing is taken away from it.
  await self.skipWaiting()
}

async function forgetOthers() {
  for (const name of await caches.keys()) if (name !== kept) await caches.delete(name)
}

/** The page as the server has it, or after three seconds as it was kept. */
async function newest(request) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(3000) })
    if (answer.ok) return answer
  } catch {
    // Nobody answers.
  }
  return fromHere(page)
}

async function fromHere(request) {
  return (await caches.match(request, { cacheName: kept })) ?? fetch(request)
}
