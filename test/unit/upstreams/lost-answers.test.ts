/** Texts of servers that a regular expression could be busy with for ever: read in a process of its own, which can be ended. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const src = (path: string) => JSON.stringify(fileURLToPath(new URL(`../../../src/${path}`, import.meta.url)));

/** What it prints; undefined when it is not done in half a minute. */
function printed(program: string): string | undefined {
  const args = ['--input-type=module', '--eval', program];
  const { stdout, signal } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 30_000 });
  return signal ? undefined : stdout.trim();
}

it('[BOMB-LOST-ANSWER] the end of a lost answer cannot be read in a million ways', () => {
  // Each member could end in three places: thirty of them stand for 3^30 ways to read the whole.
  const program = `
    import { lostId } from ${src('upstreams/lost-answers.ts')};
    const bytes = (text) => new TextEncoder().encode(text);
    const tail = '"method":"x"' + ',"id":\\t\\t'.repeat(30) + '!';
    console.log(lostId(bytes('{"id":7,"result":'), bytes(tail.slice(-256))));`;
  expect(printed(program)).toBe('7');
}, 60_000);

it('[BOMB-QUESTION] the name of a question may be a million spaces', () => {
  const program = `
    import { readInputRequired } from ${src('engine/bridge/input-required.ts')};
    const name = JSON.stringify(' '.repeat(1_000_000));
    const text = '{"inputRequests":{' + name + ' : {"method":"roots/list"}}}';
    const { questions } = readInputRequired(new TextEncoder().encode(text));
    console.log(questions[0].key === name);`;
  expect(printed(program)).toBe('true');
}, 60_000);
