/** Cronofy's data centers. Credentials and service accounts belong to one of them. */
export enum DataCenter {
  /** Australia */
  AU = "au",
  /** Canada */
  CA = "ca",
  /** Germany */
  DE = "de",
  /** Singapore */
  SG = "sg",
  /** United Kingdom */
  UK = "uk",
  /** United States */
  US = "us",
}
