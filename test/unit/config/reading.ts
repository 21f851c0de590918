/** Reads texts of a configuration for the tests beside it. */
import { createHash } from 'node:crypto';
import { ConfigError } from '../../../src/config/problems.ts';
import { readConfig } from '../../../src/config/read.ts';

export const file = 'sluice.json';

export function read(text: string, env: Record<string, string> = {}) {
  return readConfig(text, { file, env });
}

/** A key as a configuration holds it once it is read. */
export function hashed(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}

/** The lines of the error of a text that must be refused. */
export function refused(text: string, env: Record<string, string> = {}): string[] {
  try {
    read(text, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  throw new Error('The text was taken.');
}

/** The error of one server entry, which stands in line 2. */
export function entry(text: string, env: Record<string, string> = {}): string[] {
  return refused(`{"mcpServers": {\n"files": ${text}\n}}`, env);
}
