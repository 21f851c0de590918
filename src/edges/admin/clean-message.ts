/** What is shown of a message: without secrets, be they in what it says or in what it is about. */
import type { MessageView } from './contract/session.ts';

/** No secret that stands in the middle of a cut is longer. */
const LONGEST = 1_024;

/** @param clean a text without secrets @param most characters of what it says */
export function cleanMessage(
  message: MessageView,
  clean: (text: string) => string,
  most = Infinity,
): MessageView {
  const { target, payload } = message;
  if (target === undefined && payload === undefined) return message;
  return {
    ...message,
    ...(target === undefined ? {} : { target: clean(target) }),
    ...(payload === undefined ? {} : cleanPayload(payload, message.isCut === true, clean, most)),
  };
}

function cleanPayload(payload: string, wasCut: boolean, clean: (text: string) => string, most: number) {
  if (payload.length <= most && !wasCut) return { payload: clean(payload) };
  return { payload: clean(withoutStump(payload.slice(0, most))), isCut: true };
}

/** A half of a secret is not found: the word in the middle of which a text was cut goes. */
function withoutStump(text: string): string {
  const end = Math.max(text.lastIndexOf('"'), text.lastIndexOf(' '));
  return text.length - end <= LONGEST ? text.slice(0, end + 1) : text;
}
