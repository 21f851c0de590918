/**
 * The fixture server as the target of a run, with nothing between.
 */
import { firstLine, startNode, stop } from './child.ts';
import type { Target } from './target.ts';

const START_MS = 30_000;

/** Starts the fixture server over Streamable HTTP. Throws when it does not say its address in 30 s. */
export async function startDirect(home: string): Promise<Target> {
  const child = startNode(['test/fixtures/server/http.ts'], home);
  try {
    const { url } = JSON.parse(await firstLine(child, START_MS)) as { url: string };
    return { url, close: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}
