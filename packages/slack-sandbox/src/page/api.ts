import { postToSandbox } from 'sandbox-kit/http-client';
import type { ActResult, ClickRequest, CommandRequest, SelectRequest, SubmitRequest } from '../controls.ts';
import type { FaultState } from '../faults/faults.ts';
import type { StoredMessage } from '../workspace/types.ts';

/** The page's actions in the workspace; each rejects with a sentence for the user. */
export const api = {
  click: (request: ClickRequest): Promise<ActResult> => postToSandbox('act/click', request),
  select: (request: SelectRequest): Promise<ActResult> => postToSandbox('act/select', request),
  command: (request: CommandRequest): Promise<ActResult> => postToSandbox('act/command', request),
  openHome: (request: { user: string }): Promise<ActResult> => postToSandbox('act/openHome', request),
  submit: (request: SubmitRequest): Promise<ActResult> => postToSandbox('act/submit', request),
  closeView: (request: { user: string; view?: string }): Promise<ActResult> =>
    postToSandbox('act/closeView', request),
  say: (request: {
    user: string;
    text: string;
    channel?: string;
    threadTs?: string;
  }): Promise<StoredMessage> => postToSandbox('act/say', request),
  answerRest: (): Promise<{ clicked: number }> => postToSandbox('act/answerRest', {}),
  setFaults: (change: Partial<FaultState>): Promise<FaultState> => postToSandbox('faults/set', change),
  inject: (event: string, body: object = {}): Promise<FaultState> => postToSandbox(`faults/${event}`, body),
  olderMessages: async (channel: string, before: string): Promise<StoredMessage[]> => {
    const query = new URLSearchParams({ channel, before, limit: '100' });
    const response = await fetch(`/sandbox/messages?${query}`);
    return response.json();
  },
};
