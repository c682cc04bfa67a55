import { readFileSync } from 'node:fs'

export const golden = (name) => () => readFileSync(`${process.env.CONTRACT}/${name}.json`, 'utf8')
export const say = (line) => () => console.log(line)
