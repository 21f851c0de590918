/** What can be wrong with a server over WebSocket: a stable word, one sentence, and what to do about it. */
import type { UpstreamFault } from '../engine/ports.ts';

/** What a close code says of the server (RFC 6455 section 7.4.1, and the registry of codes it founded). */
const CLOSED: Readonly<Record<number, { how: string; isRecoverable: boolean }>> = {
  1000: { how: 'closed the connection', isRecoverable: true },
  1001: { how: 'is going away and closed the connection', isRecoverable: true },
  1005: { how: 'closed the connection', isRecoverable: true },
  1006: { how: 'broke the connection', isRecoverable: true },
  1008: { how: 'closed the connection because of its rules', isRecoverable: false },
  1009: { how: 'closed the connection because of a message that was too large for it', isRecoverable: false },
  1011: { how: 'failed and closed the connection', isRecoverable: false },
  1012: { how: 'is restarting and closed the connection', isRecoverable: true },
  1013: { how: 'is too busy and closed the connection', isRecoverable: true },
};

/** The link ended by the server, or by what lies between. The words of the server stay with it. */
export function closedBy(name: string, code: number): UpstreamFault {
  const { how, isRecoverable } = CLOSED[code] ?? {
    how: `closed the connection with the code ${code}`,
    isRecoverable: false,
  };
  return { code: 'cut', message: `The server "${name}" ${how}; look into its log.`, isRecoverable };
}

/** What the server sent cannot be read as frames. @param code as `ws` names it */
export function unreadable(name: string, code: string, maxBytes: number): UpstreamFault {
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
    const message = `The server "${name}" sent a message of more than ${maxBytes} bytes, and the link to it was closed; raise maxMessageBytes.`;
    return { code: 'too-large', message };
  }
  const message = `The server "${name}" sent what is no WebSocket frame, and the link to it was closed.`;
  return { code: 'not-websocket', message };
}

export function silent(name: string, ms: number): UpstreamFault {
  const message = `The server "${name}" gave no sign of life for ${Math.ceil(ms / 1_000)} s, and the link to it was closed.`;
  return { code: 'silent', message, isRecoverable: true };
}

export function takesNothing(name: string): UpstreamFault {
  return {
    code: 'closed',
    message: `The server "${name}" does not read what is sent to it; the link to it was closed.`,
  };
}

export function tooManySockets(name: string, max: number): UpstreamFault {
  const message = `The server "${name}" has ${max} connections open already; try again later, share it, or raise maxConnections.`;
  return { code: 'too-many-connections', message, retryAfterMs: 1_000 };
}
