export const now = () => new Date().toISOString()

const formatter = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

export const showTime = (instant) => formatter.format(new Date(instant))
