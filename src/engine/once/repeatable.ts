/**
 * Whether the tool of a call says that it may be called twice: asked of its server in the name of the caller.
 *
 * Source: MCP 2025-03-26 and later, tool annotations (`readOnlyHint`, `idempotentHint`).
 */
import type { Runtime } from '../ports.ts';
import type { CallFacts, ModernCall } from '../modern/modern-call.ts';
import { metaOf } from '../modern/tool-headers.ts';
import { ToolsListing } from '../modern/tools-listing.ts';

/** How long a list is waited for. */
const WAIT_MS = 5_000;

/** Never rejects: what cannot be told counts as no. @param road takes a `tools/list` of the gateway's own to its server */
export function isRepeatable(
  facts: CallFacts,
  road: (call: ModernCall) => void,
  runtime: Runtime,
): Promise<boolean> {
  const { message } = facts;
  if (message.method !== 'tools/call') return Promise.resolve(false);
  return new Promise((resolve) => {
    const listing = new ToolsListing(facts, metaOf(message), saysSo, road, (tools) => {
      timer.cancel();
      resolve(tools?.get(message.target ?? '') === true);
    });
    const timer = runtime.after(WAIT_MS, () => listing.giveUp());
    listing.start();
  });
}

function saysSo(tool: { readonly annotations?: unknown }): boolean {
  const { annotations } = tool;
  if (typeof annotations !== 'object' || annotations === null) return false;
  const { readOnlyHint, idempotentHint } = annotations as {
    readonly readOnlyHint?: unknown;
    readonly idempotentHint?: unknown;
  };
  return readOnlyHint === true || idempotentHint === true;
}
