# A pin, or the sentence that says how to get it: hashes that are not known are null in nix/pins.json, never made up.
what: value:
if value == null
then throw "nix/pins.json does not know ${what} yet; fill it in on a machine with internet: nix run .#update-pins"
else value
