import fc from 'fast-check'

/**
 * Property tests draw the same inputs in every run, so that a change is judged by what it changed. A long run draws
 * others: HOMERACK_SEED=random, or the number that a failure printed.
 */
const { HOMERACK_SEED: wanted = '20261122' } = process.env

if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) })
