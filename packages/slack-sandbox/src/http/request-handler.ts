import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, parseJson } from 'sandbox-kit/json';
import { lazyPage, sendPage } from 'sandbox-kit/page-bundle';
import { BadRequest, hostAllowed, originAllowed, readBody, sendJson, sendText } from 'sandbox-kit/requests';
import type { Core } from '../core.ts';
import { handleResponseUrl } from '../interactivity/responses.ts';
import { type ApiAnswer, handleApiCall } from '../web-api/handle-api-call.ts';
import { parseBody } from '../web-api/method.ts';
import { createSandboxRoutes, type SandboxParts } from './sandbox-routes.ts';
import { takeUpload } from './take-upload.ts';

const MAX_CALL_BYTES = 2_000_000;

const pageFolder = join(import.meta.dirname, '..', 'page');

/** All rules of slack-blocks-to-jsx are !important, to win over a host page's style; here they must not win. */
const blocksStyle = async (): Promise<string> => {
  const path = createRequire(import.meta.url).resolve('slack-blocks-to-jsx/dist/style.css');
  return `${(await readFile(path, 'utf8')).replaceAll('!important', '')}\n`;
};

/** Answers every HTTP request of the sandbox. */
export const createRequestHandler = (
  parts: SandboxParts & { readonly listenHost: string },
): ((request: IncomingMessage, response: ServerResponse) => void) => {
  const { core, listenHost } = parts;
  const page = lazyPage(pageFolder, blocksStyle);
  const sandboxRoutes = createSandboxRoutes(parts);

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!hostAllowed(request, listenHost)) {
      sendText(response, 403, 'text/plain', 'Open this page as http://localhost or http://127.0.0.1.\n');
      return;
    }
    const url = new URL(request.url ?? '/', core.baseUrl());
    const [, area = '', name = ''] = url.pathname.split('/');
    switch (area) {
      case '':
      case 'page':
        await sendPage(url.pathname, response, page);
        return;
      case 'api':
        await callApi(name, url, request, response, core);
        return;
      case 'upload':
        await takeUpload(name, request, response, core);
        return;
      case 'response': {
        const body = parseJson((await readBody(request, MAX_CALL_BYTES)).toString());
        const answer = handleResponseUrl(name, isObject(body) ? body : {}, core);
        await sendAnswer(answer, request, response);
        return;
      }
      case 'files':
        sendFile(name, response, core);
        return;
      case 'sandbox':
        if (originAllowed(request)) await sandboxRoutes(request, response, url);
        else sendText(response, 403, 'text/plain', 'Only the sandbox’s own page may do this.\n');
        return;
      default:
        sendText(response, 404, 'text/plain', 'There is nothing at this address.\n');
    }
  };

  return (request, response) => {
    route(request, response).catch((error: unknown) => {
      const status = error instanceof BadRequest ? 400 : 500;
      if (response.headersSent) response.destroy();
      else
        sendJson(response, status, {
          ok: false,
          error: error instanceof Error ? error.message : String(error),
        });
    });
  };
};

const callApi = async (
  method: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  core: Core,
): Promise<void> => {
  const body = (await readBody(request, MAX_CALL_BYTES)).toString();
  const values = parseBody(request.headers['content-type'] ?? '', body, url.searchParams);
  const answer = handleApiCall(method, values, request.headers.authorization, core);
  await sendAnswer(answer, request, response);
};

/** Sends an answer, or what came of it on its way. */
const sendAnswer = async (
  { status, headers, body, cut, instead, delayMs }: ApiAnswer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  if (delayMs > 0) await sleep(delayMs);
  if (cut) request.socket.destroy();
  else if (instead === null) sendJson(response, status, body, headers);
  else sendText(response, status, headers['content-type'] ?? 'application/json', instead, headers);
};

const sendFile = (id: string, response: ServerResponse, core: Core): void => {
  const file = core.workspace.storage.file(id);
  const bytes = file === undefined ? undefined : core.workspace.storage.bytes(id);
  if (file === undefined || bytes === undefined)
    sendText(response, 404, 'text/plain', 'There is no such file.\n');
  else
    sendText(response, 200, file.mimetype || 'application/octet-stream', bytes, {
      'cache-control': 'private, max-age=31536000, immutable',
      'content-disposition': `${file.mimetype.startsWith('image/') ? 'inline' : 'attachment'}; filename="${file.name.replaceAll(/[^\w.-]/g, '_')}"`,
    });
};
