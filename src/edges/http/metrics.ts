/**
 * What is counted, as text for Prometheus. On the address of the gateway it is for those who may see everything on `/health`:
 * names of servers and projects are in it.
 */
import type { Visit } from './front.ts';
import { seesAll } from './health.ts';
import { turnAway } from './turned.ts';
import { TOLD_HEAD } from './replies.ts';

/** What is counted, as text; a front without it serves none. */
export interface MetricsText {
  text(): Promise<string>;
}

export const METRICS_HEAD: Readonly<Record<string, string>> = {
  ...TOLD_HEAD,
  'content-type': 'text/plain; version=0.0.4; charset=utf-8',
};

/** Rejects where it cannot be made. */
export async function metrics(visit: Visit): Promise<void> {
  const { front, responder } = visit;
  // To a caller of a part it is not there, as where it is switched off.
  if (!front.metrics || !seesAll(visit))
    return turnAway(visit, 'not_found', 'There is nothing at this path.');
  const text = await front.metrics.text();
  responder.reply(200, METRICS_HEAD, encoder.encode(text));
}

const encoder = new TextEncoder();
