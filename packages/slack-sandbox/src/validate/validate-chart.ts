import { isObject, type JsonObject } from 'sandbox-kit/json';
import { limits } from './limits.ts';
import { checkArray, checkString, eachObject, type Findings } from './problems.ts';

/**
 * Checks a `data_visualization` block (docs.slack.dev, changelog of 2026-06-16): a title of at most 50
 * characters; a line, bar or area chart of at most 6 series of 20 points, or a pie. Every series must have one
 * point per category, under the category's name.
 */
export const checkChart = (found: Findings, block: JsonObject, pointer: string): void => {
  checkString(found, block.title, `${pointer}/title`, { max: limits.chartTitle, optional: true });
  const { chart } = block;
  const here = `${pointer}/chart`;
  if (!isObject(chart)) {
    found.report(here, 'missing required field');
    return;
  }
  if (chart.type === 'pie') {
    checkPie(found, chart, here);
    return;
  }
  if (chart.type !== 'line' && chart.type !== 'bar' && chart.type !== 'area') {
    found.report(`${here}/type`, 'must be a valid enum value');
    return;
  }
  checkSeries(found, chart, here);
};

const checkSeries = (found: Findings, chart: JsonObject, pointer: string): void => {
  const axis = isObject(chart.axis_config) ? chart.axis_config : {};
  const categories =
    axis.categories === undefined
      ? undefined
      : checkArray(found, axis.categories, `${pointer}/axis_config/categories`, { max: limits.chartPoints });
  for (const [index, category] of (categories ?? []).entries())
    checkString(found, category, `${pointer}/axis_config/categories/${index}`, {
      max: limits.chartLabel,
      min: 1,
    });
  for (const label of ['x_label', 'y_label'])
    checkString(found, axis[label], `${pointer}/axis_config/${label}`, {
      max: limits.chartTitle,
      optional: true,
    });
  const series = checkArray(found, chart.series, `${pointer}/series`, { max: limits.chartSeries });
  const names = new Set<unknown>();
  eachObject(found, series, `${pointer}/series`, (line, here) => {
    checkString(found, line.name, `${here}/name`, { max: limits.chartLabel, min: 1 });
    if (names.has(line.name)) found.report(`${here}/name`, 'must be unique');
    names.add(line.name);
    const points = checkArray(found, line.data, `${here}/data`, { max: limits.chartPoints });
    if (categories !== undefined && points.length !== categories.length)
      found.report(`${here}/data`, 'must have one point per category');
    eachObject(found, points, `${here}/data`, (point, place) => {
      checkString(found, point.label, `${place}/label`, { max: limits.chartLabel, min: 1 });
      checkNumber(found, point.value, `${place}/value`, Number.NEGATIVE_INFINITY);
      if (categories !== undefined && !categories.includes(point.label))
        found.report(`${place}/label`, 'must be one of the categories');
    });
  });
};

const checkPie = (found: Findings, chart: JsonObject, pointer: string): void => {
  const segments = checkArray(found, chart.segments, `${pointer}/segments`, { max: limits.chartSegments });
  eachObject(found, segments, `${pointer}/segments`, (segment, here) => {
    checkString(found, segment.label, `${here}/label`, { max: limits.chartLabel, min: 1 });
    checkNumber(found, segment.value, `${here}/value`, 0);
  });
};

const checkNumber = (found: Findings, value: unknown, pointer: string, min: number): void => {
  if (typeof value !== 'number' || !Number.isFinite(value)) found.report(pointer, 'must be a number');
  else if (value < min) found.report(pointer, `must not be less than ${min}`);
};
