/** A server that asks its client for roots, many times a call, whatever the client offers. */
import { child, type ServerEntry, type SharedSetup } from '../support/gateway.ts';

/** @param questions asked in each call @param refusals after so many the call is answered with their words */
export function curious(questions: number, refusals: number, setup: SharedSetup = {}): ServerEntry {
  return child(process.execPath, ['-e', SCRIPT, String(questions), String(refusals)], setup);
}

const SCRIPT = `
const [questions, refusals] = process.argv.slice(1).map(Number);
const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
let asked = 0, call, refused = [];
const take = (message) => {
  if (message.method === 'initialize') {
    const { protocolVersion } = message.params;
    const serverInfo = { name: 'curious', version: '1' };
    say({ id: message.id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } });
  } else if (message.method === 'tools/call') {
    call = message.id;
    refused = [];
    for (let each = 0; each < questions; each++) say({ id: 'q' + ++asked, method: 'roots/list' });
  } else if (message.error && refused.push(message.error.data.code) === refusals) {
    say({ id: call, result: { content: [{ type: 'text', text: JSON.stringify(refused) }] } });
  }
};
let rest = '';
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  lines.filter(Boolean).forEach((line) => take(JSON.parse(line)));
});
`;
