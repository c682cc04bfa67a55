/** How the user started this command, for hints that can be typed as they stand. */
export function commandName(): string {
  return process.env.npm_lifecycle_event === 'start' ? 'npm start --' : 'provision'
}
