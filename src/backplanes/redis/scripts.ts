/** What runs inside Redis. Each touches the keys of one slot, and a number of entries that is bounded by what it is given. */
import { readFileSync } from 'node:fs';

interface Script {
  readonly lua: string;
  readonly numberOfKeys: number;
}

/** Called by these names; by the digest of its text where Redis knows it, else with its text. */
export const SCRIPTS = {
  adoptStream: { lua: readFileSync(new URL('./adopt.lua', import.meta.url), 'utf8'), numberOfKeys: 2 },
  claimSession: { lua: readFileSync(new URL('./claim.lua', import.meta.url), 'utf8'), numberOfKeys: 1 },
  dropStream: { lua: readFileSync(new URL('./drop.lua', import.meta.url), 'utf8'), numberOfKeys: 2 },
  forgetSession: { lua: readFileSync(new URL('./forget.lua', import.meta.url), 'utf8'), numberOfKeys: 1 },
  keepInbox: { lua: readFileSync(new URL('./inbox.lua', import.meta.url), 'utf8'), numberOfKeys: 1 },
  keepSession: { lua: readFileSync(new URL('./keep.lua', import.meta.url), 'utf8'), numberOfKeys: 1 },
  leaveNode: { lua: readFileSync(new URL('./leave.lua', import.meta.url), 'utf8'), numberOfKeys: 1 },
  lookNode: { lua: readFileSync(new URL('./look.lua', import.meta.url), 'utf8'), numberOfKeys: 1 },
  letGoSession: { lua: readFileSync(new URL('./let-go.lua', import.meta.url), 'utf8'), numberOfKeys: 1 },
  listNodes: { lua: readFileSync(new URL('./nodes.lua', import.meta.url), 'utf8'), numberOfKeys: 1 },
  renewLease: { lua: readFileSync(new URL('./renew.lua', import.meta.url), 'utf8'), numberOfKeys: 2 },
  sendLetter: { lua: readFileSync(new URL('./send.lua', import.meta.url), 'utf8'), numberOfKeys: 1 },
  spendBucket: { lua: readFileSync(new URL('./spend.lua', import.meta.url), 'utf8'), numberOfKeys: 1 },
  touchSession: { lua: readFileSync(new URL('./touch.lua', import.meta.url), 'utf8'), numberOfKeys: 1 },
  writeStream: { lua: readFileSync(new URL('./write.lua', import.meta.url), 'utf8'), numberOfKeys: 2 },
} as const satisfies Record<string, Script>;

export type ScriptName = keyof typeof SCRIPTS;
