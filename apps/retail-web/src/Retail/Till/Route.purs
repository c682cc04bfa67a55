-- | The till's pages, and their addresses behind the `#`: static files need no rules on the server.
module Retail.Till.Route (Route(..), routes, path) where

import Prelude

data Route
  = Sell
  | Receipts
  | Drawer
  | Queue
  | Switch

derive instance Eq Route

routes :: Array Route
routes = [ Sell, Receipts, Drawer, Queue, Switch ]

path :: Route -> String
path = case _ of
  Sell -> ""
  Receipts -> "receipts"
  Drawer -> "drawer"
  Queue -> "queue"
  Switch -> "switch"
