/** The rows of a statement. */
import type { SQLInputValue, StatementSync } from 'node:sqlite';

/**
 * @template Row what the columns of the statement hold. SQLite knows values and no types: whoever wrote the statement and the
 * table vouches for it, so it is said here and nowhere else.
 */
export function rowsOf<Row>(statement: StatementSync, values: Record<string, SQLInputValue> = {}): Row[] {
  return statement.all(values) as unknown as Row[];
}
