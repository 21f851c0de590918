/** The order of test files: those that take long begin first, or the last of them runs alone on a machine with two cores. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Over ten seconds each. A fresh clone knows no times yet, and would go by size. */
const SLOW = [
  'matrix/matrix.test.ts',
  'matrix/guard.test.ts',
  'matrix/remote-restart.test.ts',
  'e2e/stdio-clients.test.ts',
  'e2e/stdio-ends.test.ts',
  'e2e/stdio-targets.test.ts',
  'e2e/key-revoked.test.ts',
  'unit/cli/client.test.ts',
  'unit/cli/remote.test.ts',
  'unit/cli/audit.test.ts',
  'unit/cli/serve.test.ts',
];

export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) => SLOW.some((name) => moduleId.endsWith(name));
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
