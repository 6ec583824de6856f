import { postToSandbox } from 'sandbox-kit/http-client';
import type {
  ActResult,
  AutocompleteRequest,
  Choice,
  ClickRequest,
  CommandRequest,
  SelectRequest,
  SubmitRequest,
} from '../controls.ts';
import type { FaultState } from '../faults/faults.ts';

/** The page's actions in the server, as the current person. */
export const api = {
  faults: async (): Promise<FaultState> => (await fetch('/sandbox/faults')).json(),
  inject: async (name: string, how: object): Promise<void> => {
    await postToSandbox(`faults/${name}`, how);
  },
  click: (request: ClickRequest): Promise<ActResult> => post('click', request),
  select: (request: SelectRequest): Promise<ActResult> => post('select', request),
  command: (request: CommandRequest): Promise<ActResult> => post('command', request),
  autocomplete: (request: AutocompleteRequest): Promise<{ choices: readonly Choice[] | null }> =>
    post('autocomplete', request),
  submit: (request: SubmitRequest): Promise<ActResult> => post('submit', request),
  closeModal: (request: { user: string }): Promise<unknown> => post('closeModal', request),
  dismiss: (request: { user: string; message: string }): Promise<unknown> => post('dismiss', request),
  say: (request: { user: string; text: string; channel: string }): Promise<unknown> => post('say', request),
  answerRest: (): Promise<unknown> => post('answerRest', {}),
};

const post = <T>(act: string, body: object): Promise<T> => postToSandbox(`act/${act}`, body);
