export const keepFiles = () => {
  // Neither is there without a secure context; the till then works as long as its files can be loaded.
  navigator.serviceWorker?.register('worker.js', { updateViaCache: 'none' }).catch(() => {})
  navigator.storage?.persist?.().catch(() => {})
}
