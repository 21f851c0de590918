/** Asks another node on its `/readyz` whether it reaches what nodes share. */
import type { PeerView } from '../engine/cluster/tenure.ts';

/** Others are asked every second. */
const ANSWER_MS = 900;
const MOST_BYTES = 16 * 1024;

/** @param url the origin of the node. Never rejects; `silent` for all that is no answer of a gateway */
export async function askPeer(url: string): Promise<PeerView> {
  try {
    const response = await fetch(new URL('/readyz', url), {
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const told = response.body ? await readShort(response.body) : '';
    return viewIn(JSON.parse(told));
  } catch {
    return 'silent';
  }
}

function viewIn(told: unknown): PeerView {
  if (typeof told !== 'object' || told === null || !('status' in told)) return 'silent';
  const codes: unknown = 'degraded' in told ? told.degraded : [];
  return Array.isArray(codes) && codes.includes('backplane_away') ? 'away' : 'reached';
}

async function readShort(body: ReadableStream<Uint8Array>): Promise<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let size = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) return text;
      size += value.length;
      if (size > MOST_BYTES) throw new RangeError('This is more than a node would say.');
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
