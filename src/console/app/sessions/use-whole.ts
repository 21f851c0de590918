/** A message whose beginning came with the feed, with as much as the gateway keeps of it. */
import { useEffect, useState } from 'react';
import type { MessageList } from '../../../edges/admin/contract/lists.ts';
import type { MessageView } from '../../../edges/admin/contract/session.ts';
import { api } from '../api.ts';

export function useWhole(message: MessageView): MessageView {
  const [whole, setWhole] = useState<MessageView>();
  useEffect(() => {
    if (message.isCut !== true) return undefined;
    const controller = new AbortController();
    const query = new URLSearchParams({
      session: message.session,
      before: String(message.seq + 1),
      limit: '1',
    });
    void api.get<MessageList>(`messages?${query}`, {}, controller.signal).then(
      ({ messages: [found] }) => setWhole(found),
      // What is there is shown, and that it is cut.
      () => undefined,
    );
    return () => controller.abort();
  }, [message]);
  return whole?.seq === message.seq && whole.payload !== undefined ? whole : message;
}
