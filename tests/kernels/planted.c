/* An object that refers to one symbol that no kernel may refer to: symbols.sh must find it. */
void PLANTED(void);
void kernel_planted(void);

void kernel_planted(void) {
  PLANTED();
}
