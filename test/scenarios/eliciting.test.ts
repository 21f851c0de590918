/** Many modern clients whose calls are asked for input by one legacy server over stdio. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { answerIn, modernHeaders, modernRequest } from '../support/modern-face.ts';

const CLIENTS = 200;
/** Processes of the server at once: far fewer than clients. */
const POOL = 8;
/** Three quarters of four: the share of the processes that one caller may have. */
const GONE = 3;

interface Asker {
  readonly client: Client;
  /** What its user was asked, in order. */
  readonly forms: string[];
}

/** A client of 2026-07-28 whose user answers with a name of its own. */
async function asker(gateway: TestGateway, name: string): Promise<Asker> {
  const forms: string[] = [];
  const client = new Client(
    { name, version: '1.0.0' },
    {
      capabilities: { elicitation: { form: {} } },
      versionNegotiation: { mode: { pin: '2026-07-28' } },
    },
  );
  client.setRequestHandler('elicitation/create', ({ params }) => {
    forms.push(params.message);
    return { action: 'accept', content: { username: `user of ${name}`, email: `${name}@example.org` } };
  });
  await client.connect(new StreamableHTTPClientTransport(new URL(gateway.mcp())));
  return { client, forms };
}

async function elicit({ client }: Asker, message: string): Promise<string> {
  const result = await client.callTool({ name: 'test_elicitation', arguments: { message } });
  const [content] = result.content;
  return content?.type === 'text' ? content.text : JSON.stringify(result);
}

describe('modern clients at one legacy server over stdio', () => {
  it(`[ASKING-MANY] ${CLIENTS} are asked at once: every form reaches its asker, every answer its call`, async () => {
    const gateway = await startTestGateway({ servers: { fixture: fixtureStdio({ maxProcesses: POOL }) } });
    const askers = await Promise.all(
      Array.from({ length: CLIENTS }, (_, at) => asker(gateway, `client-${at}`)),
    );
    const answers = await Promise.all(askers.map((one, at) => elicit(one, `form of client-${at}`)));
    const wrong = askers.flatMap(({ forms }, at) => {
      const isRight = forms.length === 1 && forms[0] === `form of client-${at}`;
      const isAnswered = answers[at]?.includes(`"username":"user of client-${at}"`) === true;
      return isRight && isAnswered ? [] : [`client-${at}: ${JSON.stringify(forms)}, ${answers[at]}`];
    });
    const asked = askers.reduce((sum, { forms }) => sum + forms.length, 0);
    console.log(
      `${CLIENTS - wrong.length} of ${CLIENTS} calls right over ${POOL * gateway.nodes} processes; ${asked} forms, ${wrong.length} crossed or wrong`,
    );
    expect(wrong).toEqual([]);
    expect(gateway.recorder.of('linkOpened').length).toBeLessThanOrEqual(POOL * gateway.nodes);
    await Promise.all(askers.map(({ client }) => client.close()));
  });

  it('[ASKING-KILLED] clients that never come back leave no parked call past its deadline', async () => {
    const gateway = await startTestGateway({
      servers: { fixture: fixtureStdio({ maxProcesses: 4 }) },
      settings: { parkMs: 2_000 },
    });
    // So that all processes run when the clients come that will go.
    const first = await Promise.all(Array.from({ length: GONE }, (_, at) => asker(gateway, `first-${at}`)));
    await Promise.all(first.map((one) => elicit(one, 'a form')));
    const gone = await Promise.all(Array.from({ length: GONE }, (_, at) => callRaw(gateway, `gone-${at}`)));
    expect(gone.map(({ result }) => result?.['resultType'])).toEqual(Array(GONE).fill('input_required'));
    expect(await parked(gateway)).toBe(GONE);
    // One more waits until the deadline of a parked call gives a process back.
    const late = await asker(gateway, 'late');
    expect(await elicit(late, 'form of late')).toContain('user of late');
    await expect.poll(() => parked(gateway), { timeout: 15_000 }).toBe(0);
    await Promise.all([late, ...first].map(({ client }) => client.close()));
  });
});

async function parked(gateway: TestGateway): Promise<unknown> {
  const health = await fetch(`${gateway.url}/health`);
  return ((await health.json()) as { parked?: unknown }).parked;
}

async function callRaw(gateway: TestGateway, message: string): Promise<{ result?: Record<string, unknown> }> {
  const meta = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } };
  const body = modernRequest(1, 'tools/call', { name: 'test_elicitation', arguments: { message } }, meta);
  const headers = modernHeaders(body);
  const reply = await fetch(gateway.mcp(), { method: 'POST', headers, body: JSON.stringify(body) });
  return JSON.parse(answerIn(await reply.text())) as { result?: Record<string, unknown> };
}
