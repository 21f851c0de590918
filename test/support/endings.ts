/**
 * What test support undoes after each test, and after the last one of each file. Files share a process, and support is loaded
 * once in it: a hook of its own would be one of the first file alone. `endings-hooks.ts` runs these for each.
 */
type Ending = () => unknown;

const ofTests: Ending[] = [];
const ofFiles: Ending[] = [];

/** Runs after each test, whoever wrote it: has to cope with nothing to undo. */
export function afterTest(ending: Ending): void {
  ofTests.push(ending);
}

/** The same after the last test of each file. */
export function afterFile(ending: Ending): void {
  ofFiles.push(ending);
}

export const endTest = () => runAll(ofTests);
export const endFile = () => runAll(ofFiles);

/** The last that was said first; each, whatever becomes of the others. */
async function runAll(endings: readonly Ending[]): Promise<void> {
  const errors: unknown[] = [];
  for (const ending of endings.toReversed()) {
    try {
      await ending();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
