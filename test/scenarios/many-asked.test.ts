/** Two hundred modern clients that are asked at once by one legacy server, some of which never come back. */
import { describe, expect, test } from 'vitest';
import { fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { answerIn, modernHeaders, modernRequest, type Params } from '../support/modern-face.ts';

const CAN = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };

interface Result extends Params {
  readonly resultType: string;
  readonly requestState?: string;
  readonly inputRequests?: Record<string, { params: { message: string } }>;
  readonly content?: { text: string }[];
}

async function call(at: TestGateway, id: string, params: Params): Promise<Result> {
  const body = modernRequest(id, 'tools/call', params, CAN);
  const headers = modernHeaders(body);
  const request = new Request(at.mcp(), { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await (await at.gateway.fetch(request)).text();
  const answer = JSON.parse(answerIn(text)) as { id: string; result?: Result };
  if (answer.id !== id || !answer.result) throw new Error(`No result for ${id}: ${text}`);
  return answer.result;
}

/** Asks a tool that asks back, and checks that it was asked what it wanted to be asked. */
async function asked(at: TestGateway, name: string): Promise<{ key: string; state: string; params: Params }> {
  const params = { name: 'ask_elicitation', arguments: { message: `Who is ${name}?` } };
  const result = await call(at, `call ${name}`, params);
  const [[key, request] = ['', undefined]] = Object.entries(result.inputRequests ?? {});
  expect(request?.params.message).toBe(`Who is ${name}?`);
  return { key, state: result.requestState ?? '', params };
}

async function answered(at: TestGateway, name: string): Promise<void> {
  const { key, state, params } = await asked(at, name);
  const inputResponses = { [key]: { action: 'accept', content: { name } } };
  const result = await call(at, `retry ${name}`, { ...params, inputResponses, requestState: state });
  expect(result.resultType).toBe('complete');
  expect(JSON.parse(result.content?.[0]?.text ?? '')).toEqual({ action: 'accept', content: { name } });
}

describe('modern clients before one legacy server', () => {
  test('[SEAT-MANY] each hears its own question, each answer finds its call, and who is gone holds up nobody', async () => {
    const settings = { parkMs: 1_000 };
    const at = await startTestGateway({ servers: { srv: fixtureStdio({ maxProcesses: 8 }) }, settings });
    const names = Array.from({ length: 200 }, (_, n) => `client-${n}`);
    const isGone = (n: number): boolean => n % 50 === 7;
    await Promise.all(names.map((name, n) => (isGone(n) ? asked(at, name) : answered(at, name))));
  });
});
