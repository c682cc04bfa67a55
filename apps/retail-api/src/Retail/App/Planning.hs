-- | When to order again, and how much.
module Retail.App.Planning (setReordering, reorder) where

import Control.Monad (unless)
import Data.Text qualified as Text
import Retail.App.Problem
import Retail.App.Work
import Retail.Contract.Catalogue (Variant (..))
import Retail.Contract.Planning
import Retail.Db.Catalogue (findVariant)
import Retail.Db.Planning qualified as Db
import Retail.Domain.Id
import Retail.Domain.Quantity (tallied, tallyFitsUnit)
import Retail.Domain.Reorder

setReordering :: Work -> Id "variant" -> Reordering -> IO Reordering
setReordering work@Work {connection} wanted request@Reordering {reorderPoint, targetLevel} = do
  Variant {unit, sku} <- findVariant connection wanted >>= (`orRefuse` (NotFound, "There is no such variant."))
  unless (all (tallyFitsUnit unit) [reorderPoint, targetLevel]) $
    refuse InvalidValue (sku <> " comes in whole pieces: multiples of 1000 thousandths.")
  after <- Db.setReordering connection wanted request >>= (`orRefuse` (VersionConflict, "Somebody else has changed the variant. Read it again."))
  note work "set-reordering" (Just wanted) (Text.unwords (map (Text.pack . show . tallied) [reorderPoint, targetLevel]))
  pure after

-- | A line of the reorder list; 'Nothing' if the variant is not due.
reorder :: Db.Kept -> Maybe Reorder
reorder Db.Kept {..} = do
  proposed <- proposal unit Shelf {available = toInteger available, reorderPoint = toInteger reorderPoint, targetLevel = toInteger targetLevel}
  pure Reorder {incoming = underway, ..}
  where
    available = onHand - reserved + underway
