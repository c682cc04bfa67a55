export const targetOf = (event) => {
  if (event.target.id === 'entry') return 'scan box'
  return event.target.closest?.('input, select, textarea') ? 'input' : 'elsewhere'
}

export const focusNow = (id) => () => document.getElementById(id)?.focus()
