-- | What somebody may do, so that a button is not there in vain. The server decides.
module Retail.Data.May (Permission(..), may) where

import Data.Array (any, elem)
import Retail.Api.Types (Me, Role(..))

data Permission = GiveDiscount | VoidSale | Refund | CloseTill | EditCatalogue | AdjustStock | HandleGoods | OrderGoods | ReadReports

may :: Me -> Permission -> Boolean
may { staff: { grants } } permission = any (\{ role } -> role `elem` holders) grants
  where
  holders = case permission of
    EditCatalogue -> [ RoleManager, RoleAdmin ]
    OrderGoods -> [ RoleManager, RoleAdmin ]
    HandleGoods -> [ RoleStockClerk, RoleSupervisor, RoleManager, RoleAdmin ]
    AdjustStock -> [ RoleStockClerk, RoleManager, RoleAdmin ]
    _ -> [ RoleSupervisor, RoleManager, RoleAdmin ]
