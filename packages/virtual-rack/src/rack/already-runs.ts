/** Exit code of a rack process whose folder is played by another one already. */
export const alreadyRuns = 3
