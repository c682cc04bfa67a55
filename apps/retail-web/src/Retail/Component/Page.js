export const focusImpl = (id) => () => {
  requestAnimationFrame(() => {
    const element = document.getElementById(id)
    // Whoever types there already is left alone.
    if (!element || document.activeElement === element) return
    element.focus()
    element.select?.()
  })
}

export const print = () => window.print()
