/**
 * Errors as they leave the gateway: a JSON-RPC number, a stable word, one clear sentence, and what to do.
 *
 * Source: JSON-RPC 2.0 section 5.1; MCP base protocol, error handling.
 */

/** Every stable word, its JSON-RPC number, and what the reader can do about it. */
export const ERRORS = {
  parse_error: { code: -32700, hint: 'Send one well-formed JSON-RPC 2.0 message in UTF-8.' },
  invalid_utf8: { code: -32700, hint: 'Encode the body as UTF-8.' },
  doubled_member: { code: -32600, hint: 'Write every member of an object once.' },
  too_deep: { code: -32600, hint: 'Nest fewer arrays and objects.' },
  too_large: { code: -32600, hint: 'Send less: the message names the limit.' },
  too_many_elements: { code: -32600, hint: 'Send fewer members and elements in one message.' },
  invalid_request: { code: -32600, hint: 'Send a JSON-RPC 2.0 request, notification or response.' },
  batch_not_allowed: {
    code: -32600,
    hint: 'Send one message a POST; only protocol revision 2025-03-26 has batches.',
  },
  batch_empty: { code: -32600, hint: 'Put at least one message into a batch.' },
  batch_too_long: { code: -32600, hint: 'Send fewer messages in one batch.' },
  method_not_found: { code: -32601, hint: 'Use a method that the server announced in its capabilities.' },
  invalid_params: { code: -32602, hint: 'Check the parameters against the method.' },
  internal_error: { code: -32603, hint: 'Try again; if it stays, look into the log of the gateway.' },
  unknown_tool: { code: -32602, hint: 'Ask for the list again: it names what there is.' },
  unknown_prompt: { code: -32602, hint: 'Ask for the list again: it names what there is.' },
  unknown_resource: { code: -32002, hint: 'Ask for the list again: it names what there is.' },
  bad_cursor: { code: -32602, hint: 'Ask for the list from its beginning, without a cursor.' },
  upstream_failed: {
    code: -32000,
    hint: 'Try again; if it stays, look at /health and the log of the server.',
  },
  may_have_run: {
    code: -32000,
    hint: 'Look whether it was done before you call again. A tool that may be called twice says so: idempotentHint or readOnlyHint.',
  },
  upstream_exited: { code: -32000, hint: 'Try again: the server is started anew with the next call.' },
  upstream_memory: {
    code: -32000,
    hint: 'Ask for less at once: the server is started anew with the next call. Its maxMemory may be too small.',
  },
  upstream_unresponsive: {
    code: -32000,
    hint: 'Try again: the server is started anew with the next call. If it is busy for long by right, raise its healthTimeout.',
  },
  upstream_start_failed: {
    code: -32000,
    hint: 'Check the command or the address of the server in the configuration.',
  },
  upstream_unauthorized: {
    code: -32000,
    hint: 'Have whoever runs the gateway check the `auth` or the `headers` of the server: it takes none of them.',
  },
  missing_credentials: {
    code: -32000,
    hint: 'Have whoever runs the gateway give you credentials for this server.',
  },
  answer_too_large: { code: -32000, hint: 'Ask for less at once: the message names the limit.' },
  upstream_bad_answer: {
    code: -32000,
    hint: 'Report it to the author of the server: what it answered is no proper message.',
  },
  upstream_start_timeout: {
    code: -32000,
    hint: 'A first download by npx may take long: raise startTimeout. Behind a proxy, name its variables in the env of the server (-e NAME).',
  },
  upstream_disabled: {
    code: -32000,
    hint: 'Use another server, or ask whoever runs the gateway when this one is in service again.',
  },
  upstream_backoff: { code: -32000, hint: 'Wait for the time given, then try again.' },
  upstream_busy: { code: -32000, hint: 'Wait until calls in flight are answered.' },
  rate_limited: { code: -32000, hint: 'Wait as long as `retryAfterMs` says, then go on with fewer calls.' },
  loop: { code: -32000, hint: 'Correct the `url` of the server that leads back to this gateway.' },
  overloaded: {
    code: -32000,
    hint: 'Try again in a moment, or at another gateway: sessions that are open are served.',
  },
  too_many_calls: { code: -32000, hint: 'Wait until calls in flight are answered, then go on.' },
  answer_unread: {
    code: -32000,
    hint: 'Read what waits for you; look whether it was done before you call again.',
  },
  too_many_sessions: {
    code: -32000,
    hint: 'Close sessions that are no longer used, or raise the limit: `scope` says whose it is.',
  },
  too_many_connections: {
    code: -32000,
    hint: 'Close connections that are not used, and come back in a moment.',
  },
  too_many_streams: { code: -32000, hint: 'Close streams that are no longer read.' },
  too_many_tickets: { code: -32000, hint: 'Use the tickets you have, or wait until they are out of date.' },
  node_lost: {
    code: -32000,
    hint: 'Look whether it was done before you call again: the node of the gateway that had it is gone.',
  },
  owner_uncertain: {
    code: -32000,
    hint: 'Try again in a moment: it is not certain now which node of the gateway has this session.',
  },
  unknown_node: {
    code: -32001,
    hint: 'Ask for the list of nodes again: one that was started anew has another name.',
  },
  no_state_keys: {
    code: -32000,
    hint: 'Give all nodes the same `state.keys`, or call that node itself.',
  },
  admin_off: {
    code: -32000,
    hint: 'Switch it on at that node: `admin.enabled`, and `admin.key` where others can reach it.',
  },
  node_unproven: {
    code: -32000,
    hint: 'Give all nodes the same `state.keys`, and see that their clocks agree within a minute.',
  },
  session_closed: { code: -32000, hint: 'Connect again.' },
  draining: { code: -32000, hint: 'Connect again in a moment: the gateway is restarting.' },
  history_lost: { code: -32000, hint: 'Ask again: the events were kept for a limited time only.' },
  timed_out: { code: -32001, hint: 'Try again, or raise requestTimeout for this server.' },
  unknown_session: { code: -32001, hint: 'Start a new session with `initialize`.' },
  missing_session: { code: -32000, hint: 'Name the session that the server gave you.' },
  unknown_server: {
    code: -32001,
    hint: 'Check the name in the path: a server answers at /servers/{name}/mcp and /servers/{name}/sse.',
  },
  not_found: {
    code: -32001,
    hint: 'Check the path: a server answers at /servers/{name}/mcp and /servers/{name}/sse, the default one at /mcp and /sse.',
  },
  method_not_allowed: { code: -32000, hint: 'Use one of the methods in the Allow header.' },
  not_acceptable: { code: -32000, hint: 'Accept both application/json and text/event-stream.' },
  wrong_content_type: { code: -32000, hint: 'Send Content-Type: application/json.' },
  expectation_failed: { code: -32000, hint: 'Leave the `Expect` header out, or send `100-continue`.' },
  upgrade_required: {
    code: -32000,
    hint: 'Connect with a WebSocket client (version 13), or use /mcp or /sse.',
  },
  bad_subprotocol: { code: -32000, hint: 'Offer the subprotocol `mcp`, or none.' },
  malformed_http: { code: -32600, hint: 'Send a well-formed HTTP/1.1 request.' },
  headers_too_large: { code: -32600, hint: 'Send fewer or shorter headers.' },
  headers_timeout: { code: -32000, hint: 'Send the head of the request faster.' },
  body_already_read: {
    code: -32603,
    hint: 'Mount the gateway before body parsers: it reads bodies byte for byte.',
  },
  body_timeout: { code: -32000, hint: 'Send the body faster.' },
  header_mismatch: {
    code: -32020,
    hint: 'Say in the headers what the body says: MCP-Protocol-Version, Mcp-Method, Mcp-Name and Mcp-Param-*.',
  },
  missing_capability: {
    code: -32021,
    hint: 'Declare the capabilities in `data.requiredCapabilities`, or use another tool.',
  },
  unknown_version: { code: -32022, hint: 'Use one of the versions in `data.supported`.' },
  bad_meta: {
    code: -32602,
    hint: 'Put io.modelcontextprotocol/protocolVersion and …/clientCapabilities into `params._meta` of every request.',
  },
  wrong_era: {
    code: -32600,
    hint: 'Send modern requests as POSTs of their own, and those of a session in the words of its `initialize`.',
  },
  bad_request_state: {
    code: -32602,
    hint: 'Send the request again from its beginning, without `requestState` and `inputResponses`.',
  },
  bad_input_responses: {
    code: -32602,
    hint: 'Answer every key of `inputRequests` with the result of that request.',
  },
  input_declined: { code: -32000, hint: 'Call again when it may be done.' },
  too_many_rounds: { code: -32000, hint: 'Report it to the author of the server: it asks without end.' },
  too_many_parked: { code: -32000, hint: 'Answer the questions that are open first.' },
  unsupported_version: { code: -32000, hint: 'Send a protocol version that was negotiated in `initialize`.' },
  bad_event_id: { code: -32000, hint: 'Send the id of the last event, just as it was received.' },
  unauthorized: { code: -32001, hint: 'Send a valid key as `Authorization: Bearer …` or `X-API-Key: …`.' },
  auth_unavailable: {
    code: -32000,
    hint: 'Try again in a moment, with the same token: its issuer cannot be asked now.',
  },
  insufficient_scope: {
    code: -32001,
    hint: 'Ask the authorization server for a token with the scopes that `WWW-Authenticate` names.',
  },
  bad_idempotency_key: {
    code: -32602,
    hint: 'Send one key of 1 to 255 printable characters of ASCII, a fresh UUID for example, as a string in quotes.',
  },
  idempotency_mismatch: {
    code: -32602,
    hint: 'Take a new key for each new request, and send the same request again with the same key.',
  },
  answer_not_kept: {
    code: -32000,
    hint: 'Look whether it was done; to have it done once more, call with a new key.',
  },
  too_many_keys: {
    code: -32000,
    hint: 'Wait until older keys are forgotten, or call without a key: `limit` and `scope` say whose it is.',
  },
  backplane_away: {
    code: -32000,
    hint: 'Try again in a moment, with the same key: what the gateways share cannot be reached now.',
  },
  forbidden_origin: { code: -32000, hint: 'Add the origin to allowedOrigins in the configuration.' },
  forbidden_host: { code: -32000, hint: 'Add the host to allowedHosts in the configuration.' },
} as const satisfies Record<string, { code: number; hint: string }>;

export type ErrorWord = keyof typeof ERRORS;

/** Something a peer sent that cannot be taken. `message` is one sentence, fit for that peer. */
export class ProtocolError extends Error {
  readonly word: ErrorWord;
  /** The raw id of the refused request, when it could be told. */
  readonly id: Uint8Array | undefined;

  constructor(word: ErrorWord, message: string, id?: Uint8Array) {
    super(message);
    this.name = 'ProtocolError';
    this.word = word;
    this.id = id;
  }

  /** The JSON-RPC number of the error. */
  get code(): number {
    return ERRORS[this.word].code;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * A JSON-RPC error response.
 * @param id the raw id to answer (`1`, `"a"`); `null` is written when it is unknown
 * @param data further members of `error.data`, beside the stable word and the hint
 */
export function errorResponse(
  id: Uint8Array | undefined,
  word: ErrorWord,
  message: string,
  data?: Record<string, unknown>,
): Uint8Array {
  const { code, hint } = ERRORS[word];
  const error = JSON.stringify({ code, message, data: { code: word, hint, ...data } });
  return encoder.encode(`{"jsonrpc":"2.0","id":${id ? decoder.decode(id) : 'null'},"error":${error}}`);
}
