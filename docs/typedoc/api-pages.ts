import { join } from 'node:path'
import { Application, type TypeDocOptions } from 'typedoc'

const root = join(import.meta.dirname, '../..')

/** Writes docs/api/<name>.md for each package: its public exports with their docstrings. Returns the files. */
export async function writeApiPages(names: readonly string[]): Promise<string[]> {
  for (const name of names) {
    const app = await Application.bootstrapWithPlugins(options(name))
    const project = await app.convert()
    if (!project || app.logger.hasErrors()) throw new Error(`TypeDoc found errors in packages/${name}`)
    await app.generateOutputs(project)
  }
  return names.map((name) => `docs/api/${name}.md`)
}

function options(name: string): TypeDocOptions {
  const markdown = {
    entryFileName: name,
    outputFileStrategy: 'modules',
    hideBreadcrumbs: true,
    hidePageHeader: true,
    useCodeBlocks: true,
    expandObjects: true,
    parametersFormat: 'table',
    propertiesFormat: 'table',
    typeDeclarationFormat: 'table',
  }
  return {
    name: `@homerack/${name}`,
    entryPoints: [join(root, 'packages', name, 'src/index.ts')],
    tsconfig: join(root, 'packages', name, 'tsconfig.json'),
    // Other packages are read from source, so nothing needs to be built.
    compilerOptions: {
      customConditions: ['source'],
      rootDir: root,
      noEmit: true,
      emitDeclarationOnly: false,
    },
    plugin: ['typedoc-plugin-markdown'],
    outputs: [{ name: 'markdown', path: join(root, 'docs/api') }],
    cleanOutputDir: false,
    readme: 'none',
    disableGit: true,
    disableSources: true,
    excludeInternal: true,
    logLevel: 'Warn',
    ...(markdown as object),
  }
}
