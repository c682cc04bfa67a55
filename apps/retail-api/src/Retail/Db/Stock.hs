-- | The ledger of stock, and its projection.
module Retail.Db.Stock
  ( listLocations,
    addLocation,
    listLevels,
    listMovements,
    Movement (..),
    post,
  )
where

import Control.Monad (void)
import Data.List (sortOn)
import Data.Map.Strict qualified as Map
import Data.Text (Text)
import Database.PostgreSQL.Simple
import Retail.Contract.Stock
import Retail.Db.Field ()
import Retail.Db.Reservation (refuseShort)
import Retail.Db.Transaction
import Retail.Domain.Id

type Organisation = Id "organisation"

listLocations :: Database -> Organisation -> IO [Location]
listLocations database organisation = readTenant database organisation "select id, name from location order by name" ()

addLocation :: Connection -> Id "location" -> NewLocation -> IO ()
addLocation connection location NewLocation {name} =
  void (execute connection "insert into location (id, name) values (?, ?)" (location, name))

listLevels :: Database -> Organisation -> Id "location" -> Maybe (Id "variant") -> Int -> IO [StockLevel]
listLevels database organisation location after limit =
  readTenant
    database
    organisation
    "select variant.id, location, sku, name, on_hand, reserved_now(location, variant.id) from stock_level join variant on variant.id = stock_level.variant \
    \where location = ? and (?::uuid is null or variant.id > ?) order by variant.id limit ?"
    (location, after, after, limit)

listMovements :: Database -> Organisation -> Id "variant" -> Int -> IO [StockMovement]
listMovements database organisation variant limit =
  readTenant
    database
    organisation
    "select variant, location, change, reason, at from stock_movement where variant = ? order by id desc limit ?"
    (variant, limit)

data Movement = Movement {variant :: Id "variant", location :: Id "location", change :: Integer}

-- | Writes movements and levels together. Levels are locked in one order everywhere, so that two documents with the
-- same variants wait for each other instead of dying. Refuses to take away what is not available, except of variants
-- that may be oversold.
post :: Connection -> Id "staff" -> Text -> Maybe (Id document) -> [Movement] -> IO ()
post _ _ _ _ [] = pure ()
post connection staff reason document movements = do
  left <-
    returning
      connection
      "insert into stock_level (variant, location, on_hand) values (?, ?, ?) \
      \on conflict (organisation, variant, location) do update set on_hand = stock_level.on_hand + excluded.on_hand \
      \returning variant, on_hand - reserved"
      [(variant, location, change) | ((location, variant), change) <- Map.toAscList summed]
  let short = [variant | (variant, available) <- left, available < (0 :: Integer), variant `elem` taken]
  refuseShort connection [(location, variant) | Movement {..} <- movements, change < 0, variant `elem` short]
  void $
    executeMany
      connection
      "insert into stock_movement (variant, location, change, reason, document, staff) values (?, ?, ?, ?, ?, ?)"
      [(variant, location, change, reason, document, staff) | Movement {..} <- sortOn (\Movement {variant} -> variant) movements]
  where
    summed = Map.fromListWith (+) [((location, variant), change) | Movement {..} <- movements]
    taken = [variant | ((_, variant), change) <- Map.toList summed, change < 0]
