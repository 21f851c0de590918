/** What of a text is shown, or kept for a while. */

const ID_CHARACTERS = 8;
const TEXT_CHARACTERS = 200;

/** Enough of the id of a session to tell it apart, too little to use it: as in the log. */
export function brief(session: string): string {
  return session.slice(0, ID_CHARACTERS);
}

/** Names of strangers may be as long as a message; what is cut off is not kept either. */
export function briefText(text: string): string {
  if (text.length <= TEXT_CHARACTERS) return text;
  // A part of a text keeps the whole of it alive, unless it is made anew.
  return `${decoder.decode(encoder.encode(text.slice(0, TEXT_CHARACTERS)))}…`;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
