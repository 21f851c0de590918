/**
 * A fixture server as the target of a run, with nothing between.
 */
import { type Child, firstLine, startNode, stop } from './child.ts';
import type { Target } from './target.ts';

const START_MS = 30_000;

const PROGRAMS = {
  legacy: ['test/fixtures/server/http.ts'],
  modern: ['test/fixtures/modern/http.ts', 'modern'],
  dual: ['test/fixtures/modern/http.ts', 'dual'],
} as const;

/** Starts a fixture over HTTP. Throws when it does not say its address in 30 s. */
export function startFixture(kind: keyof typeof PROGRAMS, home: string): Promise<Target> {
  return whenSaid(startNode(PROGRAMS[kind], home));
}

/** A child as a target, once its first line has said `{"url":…}`. */
export async function whenSaid(child: Child): Promise<Target> {
  try {
    const { url } = JSON.parse(await firstLine(child, START_MS)) as { url: string };
    return { url, close: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}
