/** What a gateway tells, counted: the numbers, and that no peer can make lines. */
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../../src/protocol/errors.ts';
import { counting, ended } from './support.ts';

describe('calls', () => {
  it('[MET-CALLS] are counted by server, outcome and time, at the gateway and at the server', async () => {
    const { metrics, samples } = counting();
    const { callEnded } = metrics.observer;
    callEnded?.(ended());
    callEnded?.(ended({ ms: 30, upstreamMs: undefined }));
    callEnded?.(ended({ outcome: 'tool_error' }));
    callEnded?.(ended({ outcome: 'error', code: -32_602 }));
    callEnded?.(ended({ outcome: 'timed_out', project: 'acme', server: 'acme/files' }));
    const found = await samples();
    const same = 'mcp_method_name="tools/call"';
    const seen = `${same},network_transport="tcp",mcp_protocol_version="2025-06-18"`;
    expect(found.get(`mcp_server_operation_duration_seconds_count{${seen}}`)).toBe(2);
    expect(found.get(`mcp_server_operation_duration_seconds_sum{${seen}}`)).toBeCloseTo(0.033);
    expect(found.get(`mcp_server_operation_duration_seconds_bucket{${seen},le="0.005"}`)).toBe(1);
    expect(found.get(`mcp_server_operation_duration_seconds_bucket{${seen},le="+Inf"}`)).toBe(2);
    expect(found.get(`mcp_client_operation_duration_seconds_count{${same},server="files"}`)).toBe(1);
    const failed = (word: string) =>
      found.get(
        `mcp_server_operation_duration_seconds_count{${same},error_type="${word}",network_transport="tcp",mcp_protocol_version="2025-06-18"}`,
      );
    expect([failed('tool_error'), failed('-32602'), failed('timed_out')]).toEqual([1, 1, 1]);
    const rest = 'dialect="streamable",era="legacy"';
    expect(found.get(`sluice_calls_total{server="files",${rest},outcome="ok"}`)).toBe(2);
    expect(
      found.get(`sluice_calls_total{server="acme/files",project="acme",${rest},outcome="timed_out"}`),
    ).toBe(1);
    expect(found.get('sluice_call_bytes_total{direction="out"}')).toBe(100);
  });

  it('[MET-TOOLS] are told apart by tool only where that is asked for, and where a server has answered to the name', async () => {
    const without = counting();
    without.metrics.observer.callEnded?.(ended());
    expect([...(await without.samples()).keys()].join('\n')).not.toContain('gen_ai_tool_name');
    const { metrics, samples } = counting({ tools: true });
    metrics.observer.callEnded?.(ended({ target: 'made up', outcome: 'unknown_tool' }));
    for (let n = 0; n < 150; n++) metrics.observer.callEnded?.(ended({ target: `tool ${n}` }));
    const text = [...(await samples()).keys()].filter((key) => key.includes('_count{')).join('\n');
    const tools = new Set([...text.matchAll(/gen_ai_tool_name="([^"]*)"/g)].map(([, tool]) => tool));
    expect(tools.size).toBe(101);
    expect(tools).toContain('other');
    expect(tools).not.toContain('made up');
  });
});

describe('labels', () => {
  it('[MET-CLOSED] are words of closed sets: what strangers invent is one line, and no session or caller is one', async () => {
    const { metrics, samples } = counting();
    const { received, callEnded, refused, requestAnswered } = metrics.observer;
    const tell = (n: number) => {
      received?.(`invented/${n}`, 'request');
      const stranger = { session: `session${n}`, principal: `key${n}`, address: `10.0.${n}.1` };
      const invented = { method: `invented/${n}`, target: `tool ${n}`, version: `20${n}` };
      callEnded?.(ended({ ...stranger, ...invented, outcome: 'error', code: n }));
      refused?.({ where: 'http', code: 'not_found', message: `m ${n}`, ...stranger, asked: `GET /${n}` });
      requestAnswered?.('other', 404, 1, 'not_found');
    };
    for (let n = 0; n < 50; n++) tell(n);
    const few = await samples();
    for (let n = 50; n < 10_000; n++) tell(n);
    const many = await samples();
    expect([...many.keys()]).toEqual([...few.keys()]);
    expect(many.get('messages_received_total{method="other"}')).toBe(10_000);
    expect([...many.keys()].join('\n')).not.toMatch(/invented|session\d|key\d|10\.0\./);
  });

  it('[MET-CLOSED] of codes that are ours are bounded all the same', async () => {
    const { metrics, samples } = counting();
    for (let n = 0; n < 1_000; n++)
      metrics.observer.refused?.({ where: 'http', code: `code${n}`, message: 'm' });
    const codes = [...(await samples()).keys()].filter((key) => key.startsWith('sluice_refusals_total'));
    expect(codes.length).toBe(201);
    expect(codes).toContain('sluice_refusals_total{code="other"}');
  });
});

describe('messages and requests', () => {
  it('[MET-NAMES] are counted under the names that other gateways have for them', async () => {
    const { metrics, samples } = counting();
    const { received, requestAnswered } = metrics.observer;
    received?.('tools/call', 'request');
    received?.('notifications/initialized', 'notification');
    received?.('', 'response');
    received?.('', 'error');
    requestAnswered?.('mcp', 200, 0.4, '');
    requestAnswered?.('mcp', 503, 40_000, 'too_many_streams');
    const found = await samples();
    const of = (method: string) => found.get(`messages_received_total{method="${method}"}`);
    expect([of('tools/call'), of('notifications/initialized'), of('response')]).toEqual([1, 1, 2]);
    expect(found.get('request_duration_seconds_count{endpoint="mcp"}')).toBe(2);
    expect(found.get('request_duration_seconds_bucket{endpoint="mcp",le="0.0005"}')).toBe(1);
    expect(found.get('request_duration_seconds_bucket{endpoint="mcp",le="30"}')).toBe(1);
    expect(found.get('sluice_http_responses_total{endpoint="mcp",status="503"}')).toBe(1);
    expect(found.get('sluice_limited_total{code="too_many_streams"}')).toBe(1);
  });

  it('[MET-LIMITS] count what a limit refused once, on every road', async () => {
    const { metrics, samples } = counting();
    const { refused, requestAnswered, callEnded } = metrics.observer;
    // Told as a refusal and as a request that was answered: it is one.
    refused?.({ where: 'http', code: 'rate_limited', message: 'm', count: 3 });
    requestAnswered?.('mcp', 429, 1, 'rate_limited');
    callEnded?.(ended({ outcome: 'too_many_calls' }));
    callEnded?.(ended({ outcome: 'unknown_tool' }));
    const limited = [...(await samples())].filter(([key]) => key.startsWith('sluice_limited'));
    expect(Object.fromEntries(limited)).toEqual({
      'sluice_limited_total{code="rate_limited"}': 3,
      'sluice_limited_total{code="too_many_calls"}': 1,
    });
    expect(Object.keys(ERRORS)).toEqual(expect.arrayContaining(['rate_limited', 'too_many_calls']));
  });

  it('[MET-EVENTS] sessions, streams and links are counted as they come and go', async () => {
    const { metrics, samples } = counting();
    const { observer } = metrics;
    const session = { session: 's', server: 'files', project: undefined, dialect: 'http-sse' };
    const who = {
      era: 'legacy',
      principal: 'p',
      address: '',
      origin: undefined,
      userAgent: undefined,
    } as const;
    observer.sessionOpened?.({ ...session, ...who });
    observer.streamOpened?.({ ...session, resumed: false });
    observer.streamClosed?.({ ...session, reason: 'slow' });
    const passed = { requests: 1, messagesIn: 1, messagesOut: 1, bytesIn: 1 };
    observer.sessionClosed?.({ ...session, reason: 'idle', ms: 61_000, ...passed });
    observer.linkOpened?.({ server: 'files', ms: 1 });
    observer.linkClosed?.({ server: 'files', code: 'exited', message: 'It ended.' });
    observer.carried?.({ node: 'n', server: 'files', method: 'POST', outcome: 'lost' });
    observer.serverLog?.({ server: 'files', line: 'hi' });
    const found = await samples();
    const all = {
      'sluice_sessions_opened_total{dialect="http-sse"}': 1,
      'sluice_sessions_closed_total{reason="idle"}': 1,
      'mcp_server_session_duration_seconds_bucket{network_transport="tcp",le="60"}': 0,
      'mcp_server_session_duration_seconds_bucket{network_transport="tcp",le="300"}': 1,
      'sluice_streams_opened_total{dialect="http-sse",resumed="false"}': 1,
      'sluice_streams_closed_total{reason="slow"}': 1,
      'sluice_upstream_links_opened_total{server="files"}': 1,
      'sluice_upstream_links_closed_total{server="files",reason="exited"}': 1,
      'sluice_carried_total{outcome="lost"}': 1,
      'sluice_upstream_log_lines_total{server="files"}': 1,
    };
    for (const [key, value] of Object.entries(all)) expect([key, found.get(key)]).toEqual([key, value]);
  });
});
