export const exchangeImpl = (asked) => (done) => () => {
  const headers = {}
  if (asked.key !== '') headers['Idempotency-Key'] = asked.key
  if (asked.body !== '') headers['Content-Type'] = 'application/json'
  fetch(asked.path, {
    method: asked.method,
    headers,
    body: asked.body === '' ? undefined : asked.body,
    credentials: 'same-origin',
    signal: AbortSignal.timeout(10_000),
  })
    .then(async (answer) => ({ status: answer.status, body: await answer.text() }))
    .catch(() => ({ status: 0, body: '' }))
    .then((answer) => done(answer)())
}
