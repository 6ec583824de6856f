/**
 * An answer in the shape of Sherlock's, made up, for where the real one of the shared data is absent: a
 * merged match of rank 1 whose id is text, and a single one whose id is a number above 2^53.
 */
export const MADE_UP_ANSWER = `{
 "classifications": {
  "query0": [
   "VS",
   "The transient is synonymous with <em><a href=\\"https://example.org/star?a=1&amp;id=42\\">STAR J100000.00+010000.0</a></em>; a G=19.50 mag stellar source. It's located 0.5\\" from the stellar source core."
  ]
 },
 "crossmatches": [
  {
   "G": 19.5, "_r": 19.75, "association_type": "VS", "catalogue_object_id": "1230000000000000042",
   "catalogue_object_type": "star", "catalogue_table_name": "SDSS/GAIA/PS1", "decDeg": 1.0,
   "direct_distance": null, "eastSeparationArcsec": "0.4000", "northSeparationArcsec": "0.3000",
   "photoZ": null, "physical_separation_kpc": null, "raDeg": 150.0, "rank": 1,
   "separationArcsec": 0.5, "transient_object_id": "query0", "z": null
  },
  {
   "G": 19.5, "association_type": "VS", "catalogue_object_id": 3830000000000000073,
   "catalogue_object_type": "star", "catalogue_table_name": "Gaia DR3", "decDeg": 1.0,
   "eastSeparationArcsec": "0.4000", "merged_rank": 1, "northSeparationArcsec": "0.3000",
   "raDeg": 150.0, "separationArcsec": 0.5, "transient_object_id": "query0"
  }
 ]
}`;
