import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** Names each skipped test with its reason, then prints the line that CI reads: `N passed, N failed, N skipped`. */
export const closingLine: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module: TestModule) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    const brokenModules = modules.filter((module) => module.errors().length > 0).length
    for (const test of tests) if (test.result().state === 'skipped') console.log(`skipped: ${describe(test)}`)
    const failed = count('failed') + brokenModules + unhandledErrors.length
    const skipped = count('skipped')
    console.log(`\n${count('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  },
}

function describe(test: TestCase): string {
  const result = test.result()
  const reason = result.state === 'skipped' ? result.note : undefined
  return reason ? `${test.fullName} (${reason})` : test.fullName
}
