import type { DocumentOptions, ParseOptions, ScalarTag, SchemaOptions, Tags } from 'yaml'

/**
 * YAML as kubectl 1.36 reads it (a fork of go-yaml v2, compared with it by a test): YAML 1.1, in which `0644` is
 * octal, `y` is true and `<<` merges, but where dates and times of day stay text, and `0o644` is octal too.
 */
export const kubernetesYaml: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.1',
  customTags: (tags: Tags) => [octal, binary, ...tags.filter(isKept)],
}

const octal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^0o[0-7]+$/,
  resolve: (text) => Number(text),
}

const binary: ScalarTag = {
  tag: 'tag:yaml.org,2002:binary',
  resolve: (text) => Buffer.from(text, 'base64').toString('utf8'),
}

const other = new Set(
  ['timestamp', 'binary', 'set', 'omap', 'pairs'].map((name) => `tag:yaml.org,2002:${name}`),
)

function isKept(tag: Tags[number]): boolean {
  if (typeof tag === 'string') return !other.has(`tag:yaml.org,2002:${tag}`)
  const isBase60 = 'format' in tag && tag.format === 'TIME'
  return !other.has(tag.tag) && !isBase60
}
