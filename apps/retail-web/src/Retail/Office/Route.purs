-- | The back office's pages, and their addresses behind the `#`: static files need no rules on the server.
module Retail.Office.Route (Route(..), routes, path) where

import Prelude

data Route
  = Catalogue
  | Stock
  | Reports

derive instance Eq Route

routes :: Array Route
routes = [ Catalogue, Stock, Reports ]

path :: Route -> String
path = case _ of
  Catalogue -> ""
  Stock -> "stock"
  Reports -> "reports"
