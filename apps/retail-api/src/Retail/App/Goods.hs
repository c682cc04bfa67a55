-- | What documents about goods have in common.
module Retail.App.Goods (checkGoods, eachOnce) where

import Control.Monad (forM_, unless, when)
import Data.Map.Strict qualified as Map
import Data.Set qualified as Set
import Database.PostgreSQL.Simple (Connection)
import Retail.App.Problem
import Retail.Db.Goods
import Retail.Domain.Id
import Retail.Domain.Quantity

-- | Some lines, each of another variant, of which stock is kept, in quantities that there are of it.
checkGoods :: Connection -> [(Id "variant", Unit -> Bool)] -> IO ()
checkGoods connection wanted = do
  when (null wanted) (refuse InvalidValue "There has to be at least one line.")
  eachOnce (map fst wanted)
  wares <- findWares connection (map fst wanted)
  let known = Map.fromList [(variantId, ware) | ware@Ware {variantId} <- wares]
  forM_ wanted $ \(variant, fits) -> do
    Ware {sku, unit, tracked} <- Map.lookup variant known `orRefuse` (UnknownReference, "There is no such variant.")
    unless tracked (refuse InvalidValue ("No stock is kept of " <> sku <> "."))
    unless (fits unit) (refuse InvalidValue (sku <> " comes in whole pieces: multiples of 1000 thousandths."))

eachOnce :: [Id "variant"] -> IO ()
eachOnce variants =
  when (Set.size (Set.fromList variants) /= length variants) (refuse InvalidValue "Each variant is named once.")
