import type { ActResult, ClickRequest, CommandRequest, SelectRequest, SubmitRequest } from '../controls.ts';
import type { FaultState } from '../faults/faults.ts';
import type { StoredMessage } from '../workspace/types.ts';

/** What the page can do in the workspace; every one rejects with a sentence for the person. */
export const api = {
  click: (request: ClickRequest): Promise<ActResult> => post('act/click', request),
  select: (request: SelectRequest): Promise<ActResult> => post('act/select', request),
  command: (request: CommandRequest): Promise<ActResult> => post('act/command', request),
  openHome: (request: { user: string }): Promise<ActResult> => post('act/openHome', request),
  submit: (request: SubmitRequest): Promise<ActResult> => post('act/submit', request),
  closeView: (request: { user: string; view?: string }): Promise<ActResult> => post('act/closeView', request),
  say: (request: {
    user: string;
    text: string;
    channel?: string;
    threadTs?: string;
  }): Promise<StoredMessage> => post('act/say', request),
  answerRest: (): Promise<{ clicked: number }> => post('act/answerRest', {}),
  setFaults: (change: Partial<FaultState>): Promise<FaultState> => post('faults/set', change),
  inject: (event: string, body: object = {}): Promise<FaultState> => post(`faults/${event}`, body),
  olderMessages: async (channel: string, before: string): Promise<StoredMessage[]> => {
    const query = new URLSearchParams({ channel, before, limit: '100' });
    const response = await fetch(`/sandbox/messages?${query}`);
    return response.json();
  },
};

const post = async <T>(path: string, body: object): Promise<T> => {
  const response = await fetch(`/sandbox/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new Error('The sandbox cannot be reached. Is it still running?');
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `The sandbox answered ${response.status}.`);
  return answer;
};
