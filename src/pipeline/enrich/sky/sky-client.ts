import { FinkvraError } from '../../../lib/errors.ts';
import { askService, ServiceError } from '../service-error.ts';
import type { Position } from '../sky-position.ts';
import { jpegSize } from './jpeg-size.ts';

/** A colour image of the sky around a place, north up and east left, the place in its middle. */
export interface SkyImage {
  readonly jpeg: Uint8Array;
  /** Width and height, arcsec. */
  readonly fieldArcsec: number;
  /** Whose image it is, short enough for a stamp. */
  readonly credit: string;
}

/** Cut-outs of all-sky surveys, of the Centre de Données astronomiques de Strasbourg (CDS). */
export const DEFAULT_HIPS2FITS = 'https://alasky.cds.unistra.fr/hips-image-services/hips2fits';

/** South of it Pan-STARRS has not looked, degrees. */
const PAN_STARRS_LIMIT = -30;

const PAN_STARRS = { hips: 'CDS/P/PanSTARRS/DR1/color-z-zg-g', credit: 'PS1 / CDS' };
const DSS2 = { hips: 'CDS/P/DSS2/color', credit: 'DSS2 / CDS' };

/** The survey that has colour images of a declination, degrees. */
export const surveyAt = (dec: number): typeof PAN_STARRS => (dec < PAN_STARRS_LIMIT ? DSS2 : PAN_STARRS);

/** Width and height of what is asked for. */
export const FIELD_ARCSEC = 30;
const PIXELS = 256;
/** A JPEG of that size has some 10 kB. */
const MOST_BYTES = 500_000;

/** Where the image of a place is: north up, east left. */
const skyUrl = (endpoint: string, { ra, dec }: Position): string => {
  const url = new URL(endpoint);
  const query = {
    hips: surveyAt(dec).hips,
    ra: ra.toFixed(6),
    dec: dec.toFixed(6),
    width: String(PIXELS),
    height: String(PIXELS),
    fov: (FIELD_ARCSEC / 3600).toFixed(6),
    projection: 'TAN',
    coordsys: 'icrs',
    rotation_angle: '0.0',
    format: 'jpg',
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
};

export interface SkyClient {
  /**
   * Fetches the colour image of a place.
   * @throws ServiceError; the signal's reason if it was aborted
   */
  fetch(position: Position, signal: AbortSignal): Promise<SkyImage>;
}

/** A client of hips2fits. */
export const createSkyClient = ({
  url,
  timeoutMs = 20_000,
}: {
  readonly url: string;
  /** For the whole answer, ms. */
  readonly timeoutMs?: number;
}): SkyClient => ({
  fetch: (position, signal) =>
    askService(
      { url: skyUrl(url, position), name: 'The service of sky images', timeoutMs, signal },
      async (response) => {
        const type = response.headers.get('content-type') ?? '';
        const jpeg = await readAll(response);
        const size = jpegSize(jpeg);
        if (size === null)
          throw new ServiceError(
            `The service of sky images sent no whole JPEG but ${jpeg.length} bytes of "${type}"`,
          );
        if (size.width !== PIXELS || size.height !== PIXELS)
          throw new ServiceError(`The service of sky images sent ${size.width} x ${size.height} pixels`);
        return { jpeg, fieldArcsec: FIELD_ARCSEC, credit: surveyAt(position.dec).credit };
      },
    ),
});

const readAll = async ({ body }: Response): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (body === null) return new Uint8Array();
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > MOST_BYTES) throw new FinkvraError(`the image has more than ${MOST_BYTES / 1000} kB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
